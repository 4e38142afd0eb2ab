/** The words of the report of a walk, in both languages side by side. */
export const walkReport = {
  zh: {
    title: '踏界报告', files: '文件', original: '原始文件', map: '踏界地图', facts: '概况', band: '色带：±2σ', closing: '闭合边', point: '指界点', fault: '存疑', gap: '中断', jump: '跳点', slip: '突变',
    suspects: '可疑与缺陷', nothing: '没有可疑之处', nothingHint: '没有自相交、中断、跳点和突变。', kind: '类别', what: '说明', fix: '点序', when: '时间', line: '第 {{n}} 行', moreInJSON: '另有 {{n}} 处，见电子报告。',
    gapTime: '{{time}}没有定位，相距 {{length}}', gapDistance: '相邻两点相距 {{length}}，中间没有记录', jumpText: '偏离前后两点的直线 {{length}}，疑为多路径', slipHeight: '高程突变 {{length}}', slipSpeed: '速度 {{speed}} m/s，一步 {{length}}',
    slipBack: '，至第 {{n}} 点恢复', droppedOne: '；已剔除', dropped: '已剔除 {{n}} 个定位点(原始记录保留)。', droppedBy: '经 {{name}} 同意，已剔除 {{n}} 个定位点(原始记录保留)。',
    points: '指界点', pointsHint: '停留满 10 个历元取平均。指界点不是界址点：未经确权，不得作界址点使用。', noPoints: '没有停留满 10 个历元的地方：整条线都是连续走出来的。', northing: '北', easting: '东', epochs: '历元', spread: '离散', again: '复测差',
    stretches: '分段精度', fixesFromTo: '点序', share: '占比', alongLine: '沿线误差(从起点到终点)', worst: '最大 {{sigma}}，距起点 {{from}}', rules: '横线：0.02 m、0.1 m、1 m(对数)',
    undropped: '不剔除时', noMark: '不能作界址点', allowed: '允许 {{length}}', times: '时间', noTimes: '文件没有时间', height: '高程', heightUnknown: '未说明高程基准', heightEllipsoidal: '大地高(椭球)', heightMSL: '海拔(正常高)', heightSome: '{{n}} 点未说明', track: '第 {{n}} 条',
    told: '读取方式', toldNothing: '按默认规则', toldKeep: '停留不取平均', toldDrop: '同意剔除可疑点', toldDropBy: '{{name}} 同意剔除可疑点', toldSigma: '声明误差 {{sigma}}', toldGap: '声明闭合差 {{length}}', toldDatum: '声明坐标为 {{datum}}', toldMapping: '列：{{columns}}',
    datum: '坐标类型', declared: '声明', notDeclared: '未声明', detected: '检测', notDetected: '无从判断', sure: '确定', likely: '可能', unknown: '不确定', ifIt: '假如是', offset: '当地偏移', onOthers: '与他方线吻合', residual: '已知点残差', notes: '读取说明', open: '查看报告', reread: '换个方式再读一次', rereadHint: '不必重传文件：例如经同意剔除可疑点、声明误差、按标出的点核对坐标。结果另成一份报告，这一份不变。', readAgain: '再读一次', markHint: '在图上找同一处地物(房角、桥头、田坎拐角)：先点踏界线上的位置，再点影像上的位置。两处以上可以判定坐标是否偏移。', mark: '在影像上标点核对', markEnd: '结束标点', markWalked: '请点踏界线上的位置。', markTrue: '请点影像上同一处地物。', markRemove: '去掉第 {{n}} 对',
  },
  en: {
    title: 'Report of a boundary walk', files: 'Files', original: 'Original file', map: 'Map of the walk', facts: 'At a glance', band: 'Band: ±2σ', closing: 'Closing edge', point: 'Pointed point', fault: 'Questioned', gap: 'Gap', jump: 'Jump', slip: 'Slip',
    suspects: 'What is suspected', nothing: 'Nothing is suspected', nothingHint: 'No self-crossing, gap, jump or slip.', kind: 'Kind', what: 'What', fix: 'Fix', when: 'When', line: 'line {{n}}', moreInJSON: '{{n}} more are in the electronic report.',
    gapTime: 'No fix for {{time}}, {{length}} apart', gapDistance: '{{length}} from one fix to the next, and nothing between', jumpText: '{{length}} off the straight way between its neighbours: multipath, it seems', slipHeight: 'Height steps by {{length}}', slipSpeed: '{{speed}} m/s, a step of {{length}}',
    slipBack: ', back at fix {{n}}', droppedOne: '; left out', dropped: '{{n}} fixes were left out (the raw record is kept).', droppedBy: 'With the consent of {{name}}, {{n}} fixes were left out (the raw record is kept).',
    points: 'Pointed points', pointsHint: 'The mean of a stop of ten epochs or more. No boundary marks: only a determination makes those.', noPoints: 'Nobody stood for ten epochs: the whole line was walked in one go.', northing: 'north', easting: 'east', epochs: 'Epochs', spread: 'Spread', again: 'Again',
    stretches: 'Stretches by quality', fixesFromTo: 'Fixes', share: 'Share', alongLine: 'Error along the line, from start to end', worst: 'Largest {{sigma}}, {{from}} from the start', rules: 'Rules: 0.02 m, 0.1 m, 1 m (logarithmic)',
    undropped: 'With all fixes', noMark: 'no boundary mark', allowed: '{{length}} allowed', times: 'Time', noTimes: 'The file has no times', height: 'Height', heightUnknown: 'The file does not say what heights are above', heightEllipsoidal: 'above the ellipsoid', heightMSL: 'above mean sea level', heightSome: '{{n}} fixes do not say', track: 'track {{n}}',
    told: 'Read with', toldNothing: 'the usual rules', toldKeep: 'stops kept fix by fix', toldDrop: 'consent to leave out flagged fixes', toldDropBy: 'consent of {{name}} to leave out flagged fixes', toldSigma: 'a stated error of {{sigma}}', toldGap: 'a stated closing gap of {{length}}', toldDatum: 'coordinates declared as {{datum}}', toldMapping: 'columns {{columns}}',
    datum: 'Kind of coordinates', declared: 'Declared', notDeclared: 'Nobody said', detected: 'Detected', notDetected: 'Nothing to tell it by', sure: 'sure', likely: 'likely', unknown: 'uncertain', ifIt: 'If it were', offset: 'Offset here', onOthers: 'On lines of others', residual: 'Residual at known places', notes: 'What the reader noted', open: 'Open the report', reread: 'Read it another way', rereadHint: 'Without sending the file again: with consent to leave out flagged fixes, with a stated error, with places marked to tell the kind of coordinates. It becomes a report of its own; this one stays.', readAgain: 'Read again', markHint: 'Find the same feature twice (the corner of a house, the head of a bridge): click where the line has it, then where the picture has it. Two such places or more tell whether the line is displaced.', mark: 'Mark places on the picture', markEnd: 'Done marking', markWalked: 'Click the place on the line.', markTrue: 'Click the same feature on the picture.', markRemove: 'Take pair {{n}} away',
  },
};

/** What kept a pointed point from class 1. */
export const missed = {
  zh: { not_fixed: '非固定解', epochs: '历元不足', spread: '离散过大', satellites: '卫星不足', pdop: 'PDOP 过大', correction_age: '差分龄期过长', point_error: '点位误差', second_occupation: '未复测', occupations_differ: '复测超限' },
  en: { not_fixed: 'not fixed', epochs: 'few epochs', spread: 'spread', satellites: 'few satellites', pdop: 'PDOP', correction_age: 'old corrections', point_error: 'point error', second_occupation: 'not occupied twice', occupations_differ: 'occupations differ' },
};
