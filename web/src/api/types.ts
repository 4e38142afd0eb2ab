import type { components, operations } from './schema';

type Schemas = components['schemas'];

export type Area = Schemas['Area'];
export type Measure = Schemas['Measure'];
export type Contested = Schemas['Contested'];
export type CaseKind = Schemas['CaseKind'];
export type CaseStatus = Schemas['CaseStatus'];
export type Case = Schemas['Case'];
export type CaseSummary = Schemas['CaseSummary'];
export type CasePage = Schemas['CasePage'];
export type ThreeCross = Schemas['ThreeCross'];
export type Party = Schemas['Party'];
export type AreaName = Schemas['AreaName'];
export type CRS = Schemas['CRS'];
export type Place = Schemas['Place'];
export type Run = Schemas['Run'];
export type Piece = Schemas['Piece'];
export type Pair = Schemas['Pair'];
export type ClaimCollection = Schemas['ClaimCollection'];
export type ClaimFeature = Schemas['ClaimFeature'];
export type BandCollection = Schemas['BandCollection'];
export type BandFeature = Schemas['BandFeature'];
export type PieceCollection = Schemas['PieceCollection'];
export type PieceFeature = Schemas['PieceFeature'];
export type FixCollection = Schemas['FixCollection'];
export type Walk = Schemas['Walk'];
export type WalkReport = Walk['report'];
export type Orthophoto = Schemas['Orthophoto'];
export type ContourCollection = Schemas['ContourCollection'];
export type Flight = Schemas['Flight'];
export type PhotoCollection = Schemas['PhotoCollection'];
export type Job = Schemas['Job'];
export type JobState = Schemas['JobState'];
export type Upload = Schemas['Upload'];
export type JobPage = Schemas['JobPage'];
export type JobEvent = Schemas['JobEvent'];
export type Evidence = Schemas['Evidence'];
export type EvidenceList = Schemas['EvidenceList'];
export type Session = Schemas['Session'];
export type SessionView = Schemas['SessionView'];
export type NewSession = Schemas['NewSession'];
export type Proposal = Schemas['Proposal'];
export type Layer = Schemas['Layer'];
export type Audit = Schemas['Audit'];
export type Overlap = Schemas['Overlap'];
export type OverlapDetail = Schemas['OverlapDetail'];
export type OverlappingParcel = Schemas['OverlappingParcel'];
export type NewFinding = Schemas['NewFinding'];
export type Finding = Schemas['Finding'];
export type TileJSON = Schemas['TileJSON'];
export type Quality = Schemas['Quality'];
export type Statistics = Schemas['Statistics'];
export type Tally = Schemas['Tally'];
export type AreaCollection = Schemas['AreaCollection'];
export type Problem = Schemas['Problem'];
export type About = Schemas['About'];

export type CaseQuery = NonNullable<operations['listCases']['parameters']['query']>;
export type StatisticsQuery = NonNullable<operations['readStatistics']['parameters']['query']>;
export type CheckQuery = Omit<operations['checkOrthophoto']['parameters']['query'], 'filename'>;
export type WalkQuery = operations['uploadWalk']['parameters']['query'];

export const caseKinds: readonly CaseKind[] = ['land', 'forest', 'water', 'mixed'];
export const caseStatuses: readonly CaseStatus[] = [
  'opened', 'surveyed', 'mediating', 'settled', 'referred', 'withdrawn',
];
