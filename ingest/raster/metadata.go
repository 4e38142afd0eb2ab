package raster

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// foreignDomains are the metadata domains through which GDAL opens other files
// or places the picture by other means than its geotransform. GDAL compares
// their names without regard to case.
var foreignDomains = []string{"OVERVIEWS", "GEOLOCATION", "SUBDATASETS", "RPC"}

// isForeign reports whether a domain is one of those, or XML that GDAL
// interprets (xml:VRT and its like). xml:XMP is a picture's own description.
func isForeign(domain string) bool {
	up := strings.ToUpper(domain)
	return slices.Contains(foreignDomains, up) || (strings.HasPrefix(up, "XML:") && up != "XML:XMP")
}

func refuseDomain(domain string) error {
	if strings.EqualFold(domain, "OVERVIEWS") {
		return refuse(CodeOverviewsDomain, domain)
	}
	return refuse(CodeMetadataDomain, domain)
}

// checkMetadata looks for such domains in the XML that GDAL keeps in a tag.
func checkMetadata(dir directory) error {
	text, err := dir.text(tagGDALMetadata, maxMetadataBytes)
	if err != nil || text == "" {
		return err
	}
	domain, err := foreignDomainIn(text)
	if err != nil {
		return refuse(CodeMalformed, dir.where+", metadata")
	}
	if domain != "" {
		return refuseDomain(domain)
	}
	return nil
}

// foreignDomainIn returns the first foreign domain that the metadata name.
// Text that is no XML to us may be XML to GDAL's own, laxer parser, so there
// the mere word counts.
func foreignDomainIn(text string) (string, error) {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.Strict = false
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // only ASCII names matter
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return foreignWordIn(text), nil //nolint:nilerr // not XML to us: the words decide
		}
		switch t := token.(type) {
		case xml.Directive:
			return "", errors.New("raster: metadata with a document type")
		case xml.StartElement:
			for _, attr := range t.Attr {
				if strings.EqualFold(attr.Name.Local, "domain") && isForeign(strings.TrimSpace(attr.Value)) {
					return attr.Value, nil
				}
			}
		}
	}
}

func foreignWordIn(text string) string {
	up := strings.ToUpper(text)
	for _, d := range append([]string{"XML:VRT"}, foreignDomains...) {
		if strings.Contains(up, d) {
			return d
		}
	}
	return ""
}
