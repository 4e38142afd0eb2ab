import { partyColour } from '../../map/colour';

const shapes = [
  <circle key="disc" cx="8" cy="8" r="5.2" />,
  <rect key="square" x="3.2" y="3.2" width="9.6" height="9.6" />,
  <path key="triangle" d="M8 2.2 14 13H2z" />,
  <path key="diamond" d="M8 1.5 14.5 8 8 14.5 1.5 8z" />,
  <path key="star" d="m8 1.3 2 4.5 4.9.5-3.7 3.3 1.1 4.8L8 11.9l-4.3 2.5 1.1-4.8L1.100 6.300l4.900-.5z" />,
  <path key="hexagon" d="m8 1.500 5.600 3.250v6.500L8 14.500l-5.600-3.250v-6.500z" />,
];

/** The sign of a side: the same shape and colour as on the map. */
export function PartySymbol({ side, size = 14 }: { side: number; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill={partyColour(side)} aria-hidden="true" style={{ flex: 'none' }}>
      {shapes[(side - 1) % shapes.length]}
    </svg>
  );
}
