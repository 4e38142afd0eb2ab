/** The words of withdrawing a claim, in both languages side by side. */
export const withdrawal = {
  zh: {
    withdraw: '撤回', title: '撤回{{party}}的主张', explain: '主张不会删除：原主张、证据和历次计算都保留，撤回人、时间和理由存入证据链；争议区随即按其余主张重新计算。以后可以重新主张。',
    why: '撤回性质', party: '当事人撤回：不再主张这块土地', error: '数据有误：主张所依据的测量有错，当事人并未放弃', reason: '理由', reasonHint: '如：现场核对后当事人书面撤回；坐标为 GCJ-02，需重走', ok: '撤回主张', done: '主张已撤回，争议区已重新计算。',
    withdrawn: '已撤回的主张({{count}})', kind_party: '当事人撤回', kind_error: '数据有误', claimed: '{{when}} 主张', doubt: '坐标存疑：{{datum}}', doubtHint: '这份主张的原文件后来被判读为 {{datum}}，偏移数百米。主张仍然有效，请核实后撤回。', seeReading: '查看判读',
    bannerTitle: '{{party}}的现行主张(第 {{version}} 版)依据的就是这份文件', banner: '本次判读为 {{datum}}，偏移数百米，那份主张的范围因此有误。系统不会自动撤回：请核实后撤回，争议区将立即重算。', bannerMade: '这份文件后来被判读为 {{datum}}，偏移数百米。由它产生的主张仍然有效，请核实后撤回。', reasonDatum: '原文件坐标为 {{datum}}，主张范围偏移，须用接收机重走',
  },
  en: {
    withdraw: 'Withdraw', title: 'Withdraw the claim of {{party}}', explain: 'Nothing is deleted: the claim, its evidence and every earlier run are kept, and who withdrew it, when and why goes into the chain of custody. The contested areas are computed anew at once from the other claims. The party may claim again.',
    why: 'What it is', party: 'By the party: they no longer claim this ground', error: 'For an error: the claim was made of wrong data; the party has given nothing up', reason: 'Reason', reasonHint: 'Such as: withdrawn by the party in writing; the coordinates are GCJ-02, to be walked again', ok: 'Withdraw the claim', done: 'The claim is withdrawn and the contested areas are computed anew.',
    withdrawn: 'Withdrawn claims ({{count}})', kind_party: 'by the party', kind_error: 'for an error', claimed: 'claimed {{when}}', doubt: 'Position in doubt: {{datum}}', doubtHint: 'The file of this claim was since read as {{datum}}, displaced by hundreds of metres. The claim stands; check it and withdraw it.', seeReading: 'See the reading',
    bannerTitle: 'The live claim of {{party}} (version {{version}}) was made of this very file', banner: 'This reading says {{datum}}, displaced by hundreds of metres, so the ground of that claim is wrong. Nothing is withdrawn by itself: check it and withdraw it; the contested areas are computed anew at once.', bannerMade: 'This file was since read as {{datum}}, displaced by hundreds of metres. The claim made of it stands; check it and withdraw it.', reasonDatum: 'The coordinates of the file are {{datum}}, the claimed ground is displaced; to be walked again with a receiver',
  },
};
