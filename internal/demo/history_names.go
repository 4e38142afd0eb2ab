package demo

// kindDeck is drawn from for the kind of a case; its proportions are invented.
var kindDeck = []string{
	"forest", "forest", "forest", "forest", "forest", "forest", "forest", "forest", "forest", "forest", "forest",
	"land", "land", "land", "land", "land", "land", "water", "mixed", "mixed",
}

// kindNames are the kinds in the words of the trade.
var kindNames = map[string]string{"forest": "山林", "land": "土地", "water": "水利", "mixed": "土地山林"}

// Names of villages and hills are put together from common syllables; they
// are not meant to be those of real places.
var (
	villageFirst  = []rune("龙石大上下新古白清长金福三六九东南西北竹木田水安和平")
	villageSecond = []rune("塘村岭坪江桥洞湾坡屯山寨旺良甫田龙水排林")
	hillFirst     = []rune("青牛马凤鹰茶松枫竹桐荷云雷石独双九老大")
	hillSecond    = []string{"岭", "山", "坡", "冲", "坳", "界", "头岭", "背山", "子冲"}
	landSecond    = []string{"塘", "江", "湾", "岭", "坡", "冲"}
	waterSecond   = []string{"塘", "江", "湾", "水", "桥"}
	fieldNames    = []string{"坝", "垌", "田垌", "洲", "坪", "荒地", "旱坡"}
	waterNames    = []string{"水库", "水渠", "陂坝", "山塘", "引水沟"}
	farmNames     = []string{"国有青云岭林场", "国有石榴河农场", "国有大明岭林场", "国有望江农场"}
	groupNumbers  = []string{"第一", "第二", "第三", "第四", "第五", "第六", "第七", "第八"}
)

// party is one side of a case.
type party struct {
	name string
	area string // code of its county
}

// parties invents the sides of a case. On a border the second one comes from
// the other county. Of three sides the last is often a state farm.
func (h *chronicle) parties(county Area, other *Area, sides int, kind string) []party {
	all := make([]party, 0, sides)
	for i := range sides {
		home := county
		if i == 1 && other != nil {
			home = *other
		}
		name := h.groupOf(home.Name)
		if i == sides-1 && other == nil && (sides == 3 || kind == "forest") && h.below(100) < 18 {
			name = home.Name + one(h.dice, farmNames)
		}
		for i > 0 && name == all[i-1].name {
			name = h.groupOf(home.Name)
		}
		all = append(all, party{name, home.Code})
	}
	return all
}

// groupOf invents a village, or a group in one.
func (h *chronicle) groupOf(county string) string {
	village := county + string([]rune{one(h.dice, villageFirst), one(h.dice, villageSecond)}) + "村"
	if h.below(100) < 70 {
		return village + one(h.dice, groupNumbers) + "村民小组"
	}
	return village + "村民委员会"
}

// ground invents the name of what is disputed.
func (h *chronicle) ground(kind string) string {
	first := string(one(h.dice, hillFirst))
	switch kind {
	case "land":
		return first + one(h.dice, landSecond) + one(h.dice, fieldNames)
	case "water":
		return first + one(h.dice, waterSecond) + one(h.dice, waterNames)
	}
	return first + one(h.dice, hillSecond)
}
