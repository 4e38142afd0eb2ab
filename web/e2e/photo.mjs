// Photos as a drone writes them: a small grey JPEG with the EXIF of its lens and the XMP of its position.

const grey = Buffer.from(
  '/9j/2wCEAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDIBCQkJDAsMGA0NGDIhHCEyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMv/AAAsIAB4AKAEBEQD/'
  + 'xADSAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqi'
  + 'o6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAAgBAQAAPwD5/ooooooooooooooooooor//Z',
  'base64',
);

/** One photo, looking straight down from `above` metres, with an RTK fix. */
export function photo([lon, lat], above, at) {
  const time = `${new Date(at).toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ')}.000000`;
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/"
    drone-dji:GpsLatitude="${lat.toFixed(9)}" drone-dji:GpsLongitude="${lon.toFixed(9)}" drone-dji:AbsoluteAltitude="${above + 100}" drone-dji:RelativeAltitude="${above}" drone-dji:AltitudeType="RtkAlt"
    drone-dji:GimbalYawDegree="0.00" drone-dji:GimbalPitchDegree="-90.00" drone-dji:GimbalRollDegree="0.00" drone-dji:RtkFlag="50" drone-dji:RtkStdLon="0.012" drone-dji:RtkStdLat="0.012" drone-dji:RtkStdHgt="0.024"
    drone-dji:UTCAtExposure="${time}" drone-dji:DroneModel="Mavic 3 Enterprise"/></rdf:RDF></x:xmpmeta>`;
  return Buffer.concat([grey.subarray(0, 2), segment(`Exif\0\0${lens}`), segment(`http://ns.adobe.com/xap/1.0/\0${xmp}`), grey.subarray(2)]);
}

// A TIFF of two folders: the second holds the focal length in 35 mm film (0xa405), 24.
const lens = 'II*\0\x08\0\0\0' + '\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0' + '\x01\0\x05\xa4\x03\0\x01\0\0\0\x18\0\0\0\0\0\0\0';

function segment(text) {
  const body = Buffer.from(text, 'latin1');
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** A mission of photos flown north and south in strips: [name, bytes], in the order in which they were taken. */
export function mission([lon, lat], strips, perStrip) {
  const taken = [];
  for (let s = 0; s < strips; s++) {
    for (let i = 0; i < perStrip; i++) {
      const along = s % 2 === 0 ? i : perStrip - 1 - i;
      const n = taken.length;
      taken.push([`DJI_${String(n + 1).padStart(4, '0')}.JPG`, photo([lon + (s * 40) / 101_585, lat + (along * 25) / 110_790], 100, Date.UTC(2026, 9, 19, 2, 0, 2 * n))]);
    }
  }
  return taken;
}
