import { timeText, utcText } from '../../format/time';

/** An instant in the reader's zone, UTC on hover. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={utcText(at)} className="num">
      {timeText(at)}
    </time>
  );
}
