package bundle

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// readManifest reads the form that [manifest] writes and no other: lower-case
// hex, two spaces, names in order, none twice, a line end after each.
func readManifest(name string, b []byte) ([]entry, error) {
	bad := func(line int) error {
		return broken("manifest_malformed", name, fmt.Sprintf("清单第 %d 行格式不对。", line), fmt.Sprintf("Line %d of the manifest is not as it should be.", line))
	}
	lines := strings.Split(string(b), "\n")
	if lines[len(lines)-1] != "" {
		return nil, bad(len(lines))
	}
	var out []entry
	for i, line := range lines[:len(lines)-1] {
		sum, file, ok := strings.Cut(line, "  ")
		var e entry
		if !ok || e.sum.UnmarshalText([]byte(sum)) != nil || e.sum.String() != sum || file == "" || (i > 0 && file <= out[i-1].name) {
			return nil, bad(i + 1)
		}
		e.name = file
		out = append(out, e)
	}
	return out, nil
}

// tags checks the files that describe the bag, and that there are no others.
func (v *verifier) tags() error {
	if _, err := v.read(tagFile, true, largestTag); err != nil {
		return err
	}
	listed, err := readManifest(tagFile, v.kept[tagFile])
	if err != nil {
		return err
	}
	for _, name := range []string{bagitFile, infoFile, manifestFile} {
		if !slices.ContainsFunc(listed, func(e entry) bool { return e.name == name }) {
			return broken("manifest_malformed", tagFile, "清单没有列出 "+name+"。", "The manifest does not list "+name+".")
		}
	}
	for _, want := range listed {
		if strings.HasPrefix(want.name, payload) {
			return broken("manifest_malformed", tagFile, "标签清单列出了内容文件。", "The manifest of tag files lists a payload file.")
		}
		if err := v.compare(want, tagFile, true, largestTag); err != nil {
			return err
		}
	}
	for _, name := range v.names() {
		if !strings.HasPrefix(name, payload) && name != tagFile && v.sums[name].name == "" {
			return extra(name)
		}
	}
	if string(v.kept[bagitFile]) != bagitText {
		return broken("bagit_malformed", bagitFile, "bagit.txt 不是 BagIt 1.0。", "bagit.txt is not that of BagIt 1.0.")
	}
	if err := v.readInfo(); err != nil {
		return err
	}
	v.passed("tags", "标签文件与标签清单一致", "tag files are as their manifest says")
	return nil
}

// largestTag is how long a tag file may be: a manifest of mostFiles lines.
const largestTag = 8 << 20

func extra(name string) error {
	return broken("file_extra", name, "多出一个清单没有列出的文件。", "There is a file that no manifest lists.")
}

func (v *verifier) compare(want entry, by string, keep bool, limit int64) error {
	if _, ok := v.files[want.name]; !ok {
		return missing(want.name, by)
	}
	got, err := v.read(want.name, keep, limit)
	if err != nil {
		return err
	}
	if got.sum != want.sum {
		return altered(want.name, want.sum, got.sum)
	}
	return nil
}

// readInfo reads the lines of bag-info.txt that are checked.
func (v *verifier) readInfo() error {
	v.info = map[string]string{}
	for line := range strings.Lines(string(v.kept[infoFile])) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if _, twice := v.info[name]; !ok || twice {
			return badInfo(name)
		}
		v.info[name] = value
	}
	for _, name := range []string{"Payload-Oxum", "External-Identifier", "Jieshi-Chain-Head", "Jieshi-Run-SHA256"} {
		if v.info[name] == "" {
			return badInfo(name)
		}
	}
	v.report.Case, v.report.MadeOn, v.report.Software = v.info["External-Identifier"], v.info["Bagging-Date"], v.info["Bag-Software-Agent"]
	return nil
}

func badInfo(name string) error {
	return broken("info_malformed", infoFile, "bag-info.txt 中 "+strconv.Quote(name)+" 不对。", "The line "+strconv.Quote(name)+" of bag-info.txt is not right.")
}

// payload checks every file of the payload against the manifest, both ways, and
// their number and size against bag-info.txt.
func (v *verifier) payload() error {
	listed, err := readManifest(manifestFile, v.kept[manifestFile])
	if err != nil {
		return err
	}
	size, count, ok := strings.Cut(v.info["Payload-Oxum"], ".")
	left, err := strconv.ParseInt(size, 10, 64)
	if !ok || err != nil || count != strconv.Itoa(len(listed)) || left < 0 {
		return badInfo("Payload-Oxum")
	}
	var read []entry
	for _, want := range listed {
		if !strings.HasPrefix(want.name, payload) {
			return broken("manifest_malformed", manifestFile, "清单列出了 data/ 之外的 "+want.name+"。", "The manifest lists "+want.name+", which is not below data/.")
		}
		if err := v.compare(want, manifestFile, keeps(want.name), left); err != nil {
			return err
		}
		left -= v.sums[want.name].size
		read = append(read, v.sums[want.name])
	}
	for _, name := range v.names() {
		if strings.HasPrefix(name, payload) && v.sums[name].name == "" {
			return extra(name)
		}
	}
	if oxum(read) != v.info["Payload-Oxum"] {
		return badInfo("Payload-Oxum")
	}
	v.report.Files, v.report.Bytes = len(read), 0
	for _, e := range read {
		v.report.Bytes += e.size
	}
	v.passed("payload", fmt.Sprintf("%d 个文件与清单一致，不多不少", len(read)), fmt.Sprintf("%d files are as the manifest says, none missing and none extra", len(read)))
	return nil
}

// need returns a kept payload file and notes that something accounts for it.
func (v *verifier) need(name, by string) ([]byte, error) {
	if v.sums[payload+name].name == "" {
		return nil, missing(payload+name, by)
	}
	v.expected[payload+name] = true
	return v.kept[payload+name], nil
}

// unnamed refuses payload files that are listed but belong to nothing.
func (v *verifier) unnamed() error {
	copies := []string{"README.txt", "claims.gpkg", "walks.geojson"}
	if len(v.document.Inputs) > 0 { // of no claims there is no map
		copies = append(copies, "map.pdf")
	}
	for _, name := range copies {
		if _, err := v.need(name, "README.txt"); err != nil {
			return err
		}
	}
	for _, name := range v.names() {
		if strings.HasPrefix(name, payload) && !v.expected[name] {
			return broken("file_unnamed", name, "文件在清单里，但证据链没有提到它。", "The manifest lists the file, but nothing in the chain of evidence names it.")
		}
	}
	return nil
}
