/** The words of packages for people without a network, in both languages side by side. */
export const offlinePackage = {
  zh: {
    title: '离线地图包', photoHint: '把影像做成一个文件，带到没有网络的现场，用 QField、QGIS、Locus 等直接打开（MBTiles）。文件内注明影像精度与平移。',
    auditHint: '把核查结果做成一个矢量文件，带到没有网络的现场，用 QField、QGIS 等直接打开（MBTiles）。',
    format: '瓦片格式', jpeg: 'JPEG（文件小）', png: 'PNG（边缘透明，文件大数倍）', order: '制作离线地图包', orderAnew: '按现状重新制作', again: '重试',
    download: '下载', facts: '第 {{from}} 至 {{to}} 级 · {{tiles}} 个瓦片', referenceOnly: '仅供参考', shifted: '已平移', madeAt: '制作于',
    photoStale: '影像的平移或精度结论在此之后有变，这一份仍是当时的。', auditStale: '核查结果在此之后有变，这一份仍是当时的。', removedHint: '30 天无人使用的离线地图包会自动清除，可随时重新制作。',
    waiting: '等待中', drawing: '正在切片', saving: '正在入库', left: '剩余 {{left}}', dismiss: '取消', dismissSure: '取消后已完成的部分不保留，确定吗？',
  },
  en: {
    title: 'Offline map package', photoHint: 'The picture as one file for places without a network; QField, QGIS, Locus and others open it as it is (MBTiles). The file says how accurate the picture is, and whether it is shown moved.',
    auditHint: 'What the audit found as one vector file for places without a network; QField, QGIS and others open it as it is (MBTiles).',
    format: 'Format of the tiles', jpeg: 'JPEG (small file)', png: 'PNG (transparent edges, several times as large)', order: 'Make the package', orderAnew: 'Make it anew as things are now', again: 'Try again',
    download: 'Download', facts: 'zoom {{from}} to {{to}} · {{tiles}} tiles', referenceOnly: 'for reference only', shifted: 'shown moved', madeAt: 'Made',
    photoStale: 'The shift or accuracy of the picture has changed since; this one is as it was.', auditStale: 'The result of the audit has changed since; this one is as it was.', removedHint: 'A package that nobody uses for 30 days is removed; it can be made again at any time.',
    waiting: 'Waiting', drawing: 'Drawing tiles', saving: 'Storing', left: '{{left}} left', dismiss: 'Stop', dismissSure: 'What is done so far is not kept. Stop?',
  },
};
