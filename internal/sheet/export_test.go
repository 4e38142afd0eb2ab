package sheet

// FirstFont lets tests see the font that is taken out of a collection.
var FirstFont = firstFont
