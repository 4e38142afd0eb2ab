package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jieshi/mediation"
)

const chainName = "evidence/chain.json"

// chain checks that the links hold and that the contents are what they cover.
func (v *verifier) chain() error {
	b, err := v.need(chainName, "RFC 8493")
	if err != nil {
		return err
	}
	var file chainFile
	if err := decode(b, &file); err != nil || file.Format != chainFormat || len(file.Items) == 0 {
		return broken("chain_malformed", payload+chainName, "证据链文件格式不对。", "The file of the chain is not in the form that it should have.")
	}
	items := make([]mediation.Evidence, len(file.Items))
	for i, item := range file.Items {
		if item.ContentFile != contentFile(item.Evidence) || !item.FiledAt.Equal(item.FiledAt.Truncate(time.Microsecond)) {
			return broken("chain_malformed", payload+chainName, fmt.Sprintf("第 %d 项格式不对。", i+1), fmt.Sprintf("Item %d is not in the form that it should have.", i+1))
		}
		if item.Case != file.Case {
			return broken("chain_other_case", payload+chainName, fmt.Sprintf("第 %d 项属于另一案件 %s。", i+1, item.Case), fmt.Sprintf("Item %d belongs to another case, %s.", i+1, item.Case))
		}
		if item.Content, err = v.need(item.ContentFile, chainName); err != nil {
			return err
		}
		file.Items[i], items[i] = item, item.Evidence
	}
	if err := mediation.VerifyChain(items); err != nil {
		return chainRefusal(err)
	}
	head := items[len(items)-1].LinkSHA256
	if file.Head != head || v.info["Jieshi-Chain-Head"] != head.String() {
		return broken("chain_head", payload+chainName, "写明的证据链首与最后一环不符。", "The chain head that is stated is not the last link.")
	}
	if file.Case != v.info["External-Identifier"] {
		return badInfo("External-Identifier")
	}
	v.items, v.report.Items, v.report.Head = file.Items, len(items), head
	v.passed("chain", fmt.Sprintf("证据链 %d 环首尾相接，内容未改", len(items)), fmt.Sprintf("the chain of %d items holds and their contents are unchanged", len(items)))
	return nil
}

// chainRefusal says which item of a chain is wrong, and how.
func chainRefusal(err error) error {
	var f *mediation.ChainFault
	if !errors.As(err, &f) {
		return err
	}
	code, zh := "chain_link", fmt.Sprintf("第 %d 项的登记内容被改动。", f.Seq)
	switch f.What {
	case "missing", "order":
		code, zh = "chain_missing", fmt.Sprintf("证据链缺第 %d 项，或次序被改。", f.Seq)
	case "content":
		code, zh = "chain_content", fmt.Sprintf("第 %d 项的内容被改动。", f.Seq)
	case "prev":
		code, zh = "chain_prev", fmt.Sprintf("第 %d 项没有接在前一项之后。", f.Seq)
	}
	return broken(code, fmt.Sprintf("%s%s #%d", payload, chainName, f.Seq), zh, capital(f.Error())+".")
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// originals checks that every file that an item names is there and is what was
// filed, and that the content of the item names it too.
func (v *verifier) originals() error {
	done := map[mediation.Hash]bool{}
	for _, item := range v.items {
		named := hashesIn(item.Content)
		for _, f := range item.Files {
			if !named[f.SHA256] {
				return broken("file_not_in_content", payload+item.ContentFile,
					fmt.Sprintf("第 %d 项的内容没有提到文件 %s。", item.Seq, f.Filename), fmt.Sprintf("The content of item %d does not name its file %s.", item.Seq, f.Filename))
			}
			if f.Role != roleOriginal || done[f.SHA256] {
				continue
			}
			done[f.SHA256] = true
			if err := v.original(item, f); err != nil {
				return err
			}
		}
	}
	v.report.Originals = len(done)
	v.passed("originals", fmt.Sprintf("%d 个原始文件与归档时相同", len(done)), fmt.Sprintf("%d original files are what was filed", len(done)))
	return nil
}

func (v *verifier) original(item chainItem, f mediation.EvidenceFile) error {
	name := originalName(f)
	if _, err := v.need(name, fmt.Sprintf("%s #%d", chainName, item.Seq)); err != nil {
		return err
	}
	if got := v.sums[payload+name]; got.sum != f.SHA256 || got.size != f.Size {
		return broken("original_altered", payload+name,
			fmt.Sprintf("原始文件不是第 %d 项归档的那个：应为 %s，实为 %s。", item.Seq, f.SHA256, got.sum),
			fmt.Sprintf("The original is not what item %d filed: it should be %s, it is %s.", item.Seq, f.SHA256, got.sum))
	}
	return nil
}

// hashesIn returns every SHA-256 that a JSON content holds as text.
func hashesIn(content []byte) map[mediation.Hash]bool {
	out := map[mediation.Hash]bool{}
	d := json.NewDecoder(bytes.NewReader(content))
	for {
		token, err := d.Token()
		if err != nil {
			return out
		}
		var h mediation.Hash
		if s, ok := token.(string); ok && h.UnmarshalText([]byte(s)) == nil {
			out[h] = true
		}
	}
}
