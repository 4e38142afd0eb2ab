// Package checkpoint reads independent check points (检查点) of an orthophoto and
// says how far the picture is off: points whose place was measured on the
// ground, and again on the picture.
//
// What is not here: measuring on the picture, and the limit that the result is
// held against (data of the store, CH/T 3005-2021 and its sisters).
package checkpoint
