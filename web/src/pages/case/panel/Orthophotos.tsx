import { Button, Skeleton } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { apiBase } from '../../../api/client';
import type { Orthophoto } from '../../../api/types';
import { Empty } from '../../../components/Empty/Empty';
import { Failed } from '../../../components/Failed/Failed';
import { Hash } from '../../../components/Hash/Hash';
import { Section } from '../../../components/Section/Section';
import { When } from '../../../components/When/When';
import { count, fixed } from '../../../format/number';
import { usePatchQuery } from '../../../url/query';
import type { Ground } from '../useGround';
import styles from './Panel.module.css';
import { PhotoTools } from './photo/PhotoTools';

interface Props {
  photos: Ground['orthophotos'];
  shown: string | null;
  contours: string | null; // of which picture they are on the map
  run: string | undefined;
}

/** The orthophotos with what there is to know of them, and what can be done with them. */
export function Orthophotos({ photos, shown, contours, run }: Props) {
  const { t } = useTranslation();
  if (photos.isError) return <Section title={t('case.orthophotos')}><Failed error={photos.error} onRetry={() => void photos.refetch()} /></Section>;
  if (!photos.data) return <Section title={t('case.orthophotos')}><Skeleton active avatar={{ shape: 'square' }} paragraph={{ rows: 2 }} /></Section>;
  const current = shown ?? photos.data[0]?.id;
  return (
    <Section title={t('case.orthophotos')} extra={photos.data.length || undefined} testID="orthophotos">
      {photos.data.length === 0 && <Empty size="section" title={t('case.noOrthophotos')} hint={t('case.noOrthophotosHint')} />}
      {photos.data.map((p) => <Photo key={p.id} photo={p} current={p.id === current} several={photos.data.length > 1} contoured={p.id === contours} run={run} />)}
    </Section>
  );
}

/** How much of the ground of the case a picture shows. */
function shares({ coverage }: Orthophoto, t: TFunction): string {
  const parts: string[] = [];
  if (coverage.contested !== undefined) parts.push(t('ortho.contestedShare', { percent: fixed(coverage.contested, 1) }));
  if (coverage.claimed !== undefined) parts.push(t('ortho.claimedShare', { percent: fixed(coverage.claimed, 1) }));
  return parts.join('\n') || '–';
}

/** What check points said, or that there are none. */
function Accuracy({ photo }: { photo: Orthophoto }) {
  const { t } = useTranslation();
  const c = photo.check;
  if (!c) return <span className={styles.photoDoubt} data-testid="reference-only">{t('ortho.unchecked')}</span>;
  const figures = t('ortho.rmse', { rmse: fixed(c.rmse_m, 2), limit: fixed(c.limit_m, 2), points: c.points });
  return (
    <span title={c.basis}>
      <span className={c.passed ? styles.photoGood : styles.photoDoubt} data-testid={c.passed ? 'check-passed' : 'reference-only'}>
        {t(c.passed ? 'ortho.passed' : 'ortho.failed', { scale: c.scale })}
      </span>{' '}
      {figures}{!c.independent && ` · ${t('ortho.notIndependent')}`}
    </span>
  );
}

/** The half of a note that is in one language: notes are English, then Chinese. */
function inLanguage(text: string, language: string): string {
  const chinese = text.search(/[\u3400-\u9fff][^.]*$/u);
  const cut = text.lastIndexOf('. ', chinese);
  if (chinese < 0 || cut < 0) return text;
  return language.startsWith('zh') ? text.slice(cut + 2) : text.slice(0, cut + 1);
}

function Photo({ photo, current, several, contoured, run }: { photo: Orthophoto; current: boolean; several: boolean; contoured: boolean; run: string | undefined }) {
  const { t, i18n } = useTranslation();
  const patch = usePatchQuery();
  return (
    <div className={styles.item}>
      <div className={styles.photo}>
        <img src={`${apiBase}/orthophotos/${encodeURIComponent(photo.id)}/thumbnail`} alt={photo.filename} loading="lazy" />
        <div>
          <div className={styles.file} title={photo.filename}>{photo.kind !== 'picture' && `${t(`ortho.${photo.kind}`)} · `}{photo.filename}</div>
          <dl className={styles.photoFacts}>
            <dt>{t('ortho.gsd')}</dt><dd className="num">{fixed(photo.gsd_m * 100, photo.gsd_m < 0.1 ? 1 : 0)} cm</dd>
            <dt>{t('ortho.size')}</dt><dd className="num">{count(photo.width)} × {count(photo.height)}</dd>
            <dt>{t('ortho.validFraction')}</dt><dd className="num">{(photo.valid_fraction * 100).toFixed(1)} % · {fixed(photo.valid_area_m2 / 1e4, 2)} ha</dd>
            {photo.slope_area_m2 !== undefined && (<><dt>{t('ortho.slopeArea')}</dt><dd className="num">{fixed(photo.slope_area_m2 / 1e4, 2)} ha</dd></>)}
            <dt>{t('ortho.coverage')}</dt><dd className="num">{shares(photo, t)}</dd>
            <dt>{t('ortho.accuracy')}</dt><dd><Accuracy photo={photo} /></dd>
            <dt>{t('ortho.captured')}</dt><dd>{photo.captured_from ? <When at={photo.captured_from} /> : t('ortho.notStated')}</dd>
          </dl>
        </div>
      </div>
      <div className={styles.itemFacts}>
        <span>{photo.crs_name} (EPSG:{photo.srid}){photo.crs_declared_by && ` · ${t('ortho.declaredBy', { by: photo.crs_declared_by })}`}</span>
        {photo.shift && (
          <span>{t('ortho.shift')}: {t('ortho.shiftBy', { east: fixed(photo.shift.east_m, 2), north: fixed(photo.shift.north_m, 2), by: photo.shift.set_by, reason: photo.shift.reason })}</span>
        )}
        {photo.notes.map((n) => <span key={n.code} className={styles.photoNote}>{inLanguage(n.text, i18n.language)}</span>)}
        <Hash value={photo.sha256} />
        {several && !current && <Button size="small" type="link" onClick={() => patch({ photo: photo.id })}>{t('ortho.showThis')}</Button>}
      </div>
      <PhotoTools photo={photo} contoured={contoured} run={run} />
    </div>
  );
}
