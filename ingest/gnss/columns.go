package gnss

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Meanings that only a header can propose; which way round they are, it does
// not say. Chinese surveys write X north and Y east, the rest of the world not.
const (
	meansX Meaning = "x"
	meansY Meaning = "y"
)

// aliases are the names of columns in the form of [plainWord], by meaning, as
// exports of Emlid Flow and ReachView, Trimble Access, Bad Elf, SW Maps, CHC
// LandStar, South, Hi-Target and their kin call them. A name in weakAliases counts only where no
// other column has the meaning.
var aliases = flipped(map[Meaning]string{
	MeansName:        "name pointname pointid pointnumber pointno point pt ptname ptid pid station 点名 点号 点名称 测点名 测点 测点点号 界址点号 桩号 站名",
	MeansCode:        "code featurecode desc description remark remarks note notes comment 编码 代码 属性 描述 备注 说明 地物编码 要素编码 点位描述",
	MeansLine:        "line layer linename lineid trackname 线号 线名 图层 宗地号 宗地编号 宗地代码 地块号 地块编号 地块名称 圈号 地块圈号 边界名称",
	MeansLat:         "lat latitude latdeg latitudedec latwgs84 wgs84lat gpslatitude 纬度 大地纬度 纬度b b纬度 纬度lat wgs84纬度",
	MeansLon:         "lon long lng longitude londeg longitudedec lonwgs84 wgs84lon gpslongitude 经度 大地经度 经度l l经度 经度lon wgs84经度",
	MeansNorth:       "n north northing northings gridnorthing 北 北坐标 北坐标x x北坐标 x北 北x 纵坐标 纵坐标x x纵坐标 北向 北向坐标 坐标北",
	MeansEast:        "e east easting eastings grideasting 东 东坐标 东坐标y y东坐标 y东 东y 横坐标 横坐标y y横坐标 东向 东向坐标 坐标东",
	meansX:           "x x坐标 坐标x xcoord xcoordinate px 平面x",
	meansY:           "y y坐标 坐标y ycoord ycoordinate py 平面y",
	MeansHeight:      "z h elevation elev height alt altitude hgt 高程 高度 高 z坐标 h坐标 高程h 高程z h高程 高程坐标",
	MeansEllipsoidal: "ellipsoidalheight ellipsoidheight ellipsoidalm ellipsoidelevationm ellht elheight elhgt hellipsoid 大地高 椭球高 大地高h wgs84高 椭球高程",
	MeansMSL:         "orthoheight orthometricheight orthoheightm elevationmsl msl mslheight 正常高 海拔 海拔高 海拔高度 海拔高程 正高 水准高",
	MeansTime:        "time datetime dateandtime timestamp localtime collectiontime starttime averagingstart 时间 采集时间 测量时间 观测时间 记录时间 开始时间 起始时间 测量日期时间 日期时间 本地时间",
	MeansTimeUTC:     "datetimeutc utctime utc timeutc gpstimeutc utc时间",
	MeansTimeBeijing: "北京时间",
	MeansDate:        "date 日期 测量日期 采集日期 观测日期",
	MeansUntil:       "endtime stoptime averagingend 结束时间 终止时间 截止时间",
	MeansQuality:     "solutionstatus solution solutiontype fix fixtype fixstatus rtkstatus corrfix positiontype postype gnssstatus 解状态 解类型 解算状态 解算类型 定位状态 定位类型 固定状态 差分状态 解 定位质量 解的类型 测量状态",
	MeansNMEA:        "fixid fixquality gpsquality ggaquality gpsfixquality nmeaquality",
	MeansRTKLIB:      "rtklibq solq",
	MeansSatellites:  "satellites sats sat numsat numsats nsat satellitesinuse satellitesused satsused numberofsatellites 卫星数 卫星颗数 卫星数量 卫星个数 使用卫星数 可用卫星数 参与解算卫星数 解算卫星数 共视卫星数 共用卫星数 共星数",
	MeansHDOP:        "hdop",
	MeansPDOP:        "pdop pdop值",
	MeansAge:         "age diffage correctionage corragesec ageofcorrections ageofdiff differentialage 差分龄期 差分延迟 差分延时 龄期 延迟 差分时延",
	MeansHRMS:        "hrms hrmsm lateralrms horizontalrms hprec hprecision horizontalprecision hzprec hzprecision 平面精度 水平精度 平面中误差 平面rms 水平rms 水平中误差 平面误差 水平误差 平面残差 h残差 点位中误差 点位精度",
	MeansRadius:      "horizontalaccuracy accuracy haccuracy hacc 水平精度半径",
	MeansSigmaEast:   "eastingrms eastrms sde sigmae sigmaeast erms eastingprecision 东精度 东向精度 东中误差 东向中误差 东坐标精度 东rms",
	MeansSigmaNorth:  "northingrms northrms sdn sigman sigmanorth nrms northingprecision 北精度 北向精度 北中误差 北向中误差 北坐标精度 北rms",
	MeansSigmaUp:     "vrms vrmsm elevationrms heightrms verticalrms vprec vprecision verticalprecision verticalaccuracy vacc vaccuracy sdu sigmau sigmaup 高程精度 垂直精度 高程中误差 高程rms 垂直rms 高精度 高程误差 垂直误差 v残差",
	MeansEpochs:      "samples epochs epoch epochcount epochscount epocscount averagedepochs avgpositions numberofepochs 历元 历元数 历元个数 观测历元数 观测历元 采集历元数 平滑次数 平滑历元数 平均次数 采样次数 观测次数",
	MeansAntenna:     "antennaheight antennaheightm antheight antht antennah instrumentheight instrumentht rodheight poleheight targetheight 天线高 天线高度 仪器高 杆高 天线高m 目标高",
	MeansUnit:        "antennaheightunits antennaheightunit",
	MeansCRS:         "csname crs coordinatesystem coordinatesystemname 坐标系 坐标系统 坐标系名称",
})

var weakAliases = flipped(map[Meaning]string{
	MeansName:    "id no num fid objectid 序号 编号",
	MeansCode:    "codedescription",
	MeansQuality: "status method quality q 状态",
	MeansHRMS:    "avghrms hstddev",
	MeansLat:     "b",
	MeansLon:     "l",
	MeansTime:    "gpstime",
})

func flipped(lists map[Meaning]string) map[string]Meaning {
	out := map[string]Meaning{}
	for means, list := range lists {
		for _, name := range strings.Fields(list) {
			if out[name] != "" {
				panic("gnss: the column " + name + " has two meanings")
			}
			out[name] = means
		}
	}
	return out
}

// An export is a program whose tables are known by their header, and what some
// of its columns mean that others use otherwise.
var exports = []struct {
	name  string
	words string
	means map[string]Meaning
}{
	{"Emlid Flow / ReachView", "easting northing lateralrms samples solutionstatus", nil},
	{"Bad Elf Flex", "datetimeutc receivergeoidm nst nsv", map[string]Meaning{"quality": MeansNMEA, "fixtype": MeansNothing, "line": MeansNothing, "track": MeansNothing, "nst": MeansSatellites}},
	{"SW Maps", "orthoheight instrumentht fixid", nil},
}

// headerColumns proposes what the columns of a header mean; x and y are left as
// they are. positions says how many of them are about the place: a line with
// two is a header.
func headerColumns(cells [][]byte) (m Mapping, export string, positions int) {
	words := make([]string, len(cells))
	have := map[string]bool{}
	for i, cell := range cells {
		words[i] = plainWord(string(cell))
		have[words[i]] = true
	}
	var special map[string]Meaning
	for _, e := range exports {
		all := true
		for _, w := range strings.Fields(e.words) {
			all = all && have[w]
		}
		if all {
			export, special = e.name, e.means
			break
		}
	}
	m = make(Mapping, len(cells))
	used := map[Meaning]bool{}
	claim := func(i int, means Meaning) {
		if m[i] == "" && means != "" && (!used[means] || means == MeansCode || means == MeansNothing) {
			m[i], used[means] = means, true
		}
	}
	for i := range cells {
		claim(i, special[words[i]])
	}
	for i := range cells {
		claim(i, hinted(aliases[words[i]], cells[i]))
	}
	for i := range cells {
		if weak := weakAliases[words[i]]; words[i] != "b" && words[i] != "l" || have["b"] && have["l"] {
			claim(i, weak)
		}
	}
	for i := range m {
		if m[i] == "" {
			m[i] = MeansNothing
		}
		switch m[i] {
		case MeansLat, MeansLon, MeansLatPacked, MeansLonPacked, MeansEast, MeansNorth, meansX, meansY:
			positions++
		default:
		}
	}
	return m, export, positions
}

// hinted looks into the brackets of a header: "X(北)" is north, "纬度(DDMMSS)"
// is packed.
func hinted(means Meaning, cell []byte) Meaning {
	full := strings.ToLower(norm.NFKC.String(string(cell[:min(len(cell), 128)])))
	_, hint, ok := strings.Cut(full, "(")
	if !ok {
		return means
	}
	hint, _, _ = strings.Cut(hint, ")")
	hint = strings.TrimSpace(hint)
	switch means {
	case meansX, meansY:
		switch {
		case strings.Contains(hint, "北") || hint == "n" || hint == "north" || hint == "northing":
			return MeansNorth
		case strings.Contains(hint, "东") || hint == "e" || hint == "east" || hint == "easting":
			return MeansEast
		}
	case MeansLat, MeansLon:
		switch plainWord(hint) {
		case "ddmmss", "dmmss", "dddmmss", "ddmmssss", "dddmmssss", "度分秒":
			if means == MeansLat {
				return MeansLatPacked
			}
			return MeansLonPacked
		}
	default:
	}
	return means
}
