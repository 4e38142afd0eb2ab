package bundle

// SafeName lets tests see how files are named in a bag.
var SafeName = safeName
