/** The words of what can be told of a walk that is brought, in both languages side by side. */
export const walkUpload = {
  zh: {
    stops: '停留处', stopsAverage: '满 10 个历元取平均，作一个指界点', stopsKeep: '逐点保留', drop: '剔除可疑定位点(跳点、能恢复的突变)', consent: '同意剔除的人', consentHint: '看过可疑点并同意剔除的指界人', needConsent: '请填写同意剔除的人。',
    gap: '允许的闭合差(米)', gapHint: '留空：长度的 1%,5 至 20 米', datum: '坐标类型(经纬度)', datumUnsaid: '不清楚', gcj02: 'GCJ-02(高德、腾讯等手机地图)', bd09: 'BD-09(百度地图)', displaced: '偏移坐标只作参考，不会成为主张线。请尽量用接收机重测。',
    convert: '另附还原的参考线', landmarks: '已知点(每行一个：踏界经度,纬度=真实经度,纬度)', landmarksHint: '两处以上已知点可以核实坐标类型。也可以上传后在报告页的影像上点选。',
    contents: '文件内容', contentsHint: '需要时系统会预览并询问；已经知道的可以先填。', track: '第几条轨迹或图层', mapping: '各列含义', crs: '坐标系(米制坐标，EPSG 代码)', axes: '坐标顺序', axesUnsaid: '由数值判断', northEast: '先北(X)后东(Y)', eastNorth: '先东后北',
    offset: '无时区的时间', offsetUnsaid: '不采用', meaning: '第 {{n}} 列的含义', wanting: '请指明坐标所在的列(经纬度，或北、东坐标)。',
  },
  en: {
    stops: 'Where the walker stood', stopsAverage: 'the mean of ten epochs or more makes one pointed point', stopsKeep: 'every fix stays', drop: 'Leave out flagged fixes (jumps, slips with a step back)', consent: 'Who consents', consentHint: 'who pointed, has seen the flagged fixes and agrees', needConsent: 'Say who consents to leaving fixes out.',
    gap: 'Closing gap that is allowed (m)', gapHint: 'empty: 1 % of the length, 5 to 20 m', datum: 'Kind of coordinates (degrees)', datumUnsaid: 'not known', gcj02: 'GCJ-02 (AutoNavi, Tencent, most phone maps)', bd09: 'BD-09 (Baidu)', displaced: 'Displaced coordinates are for reference and never become a claim line. Walk it with a receiver if you can.',
    convert: 'Add the restored line, for reference', landmarks: 'Known places (one a line: walked lon,lat=true lon,lat)', landmarksHint: 'Two known places or more verify the kind of coordinates. They can also be marked on the picture, on the page of the report.',
    contents: 'What is in the file', contentsHint: 'Where it must be known you are asked, with a preview; what you know you may say at once.', track: 'Which track or layer', mapping: 'What the columns mean', crs: 'CRS of coordinates in metres (EPSG code)', axes: 'Order of coordinates', axesUnsaid: 'told by the numbers', northEast: 'north (X) first', eastNorth: 'east first',
    offset: 'Times without a zone', offsetUnsaid: 'are left out', meaning: 'What column {{n}} means', wanting: 'Say which columns hold the coordinates (latitude and longitude, or north and east).',
  },
};
