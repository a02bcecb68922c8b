// Many files as one tar, put together from the files themselves without reading them: the browser reads each when its turn comes.
// The same files give the same bytes, so that an upload of a folder can be gone on with.
const BLOCK = 512;
const encoder = new TextEncoder();

// entries: [{ path, file }]; a Blob that can be sliced like a file.
export function tarOf(entries) {
  const parts = [];
  for (const { path, file } of [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const name = encoder.encode(path);
    const seconds = Math.floor((file.lastModified ?? 0) / 1000);
    const plain = name.length <= 100 && name.every(b => b < 128);
    if (!plain) {
      const record = paxRecord('path', name);
      parts.push(header(encoder.encode('PaxHeader'), 'x', record.length, seconds), record, padding(record.length));
    }
    parts.push(header(plain ? name : encoder.encode('file'), '0', file.size, seconds), file, padding(file.size));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts, { type: 'application/x-tar' });
}

function header(name, type, size, seconds) {
  const block = new Uint8Array(BLOCK);
  block.set(name);
  text(block, 100, '0000644\0' + '0000000\0' + '0000000\0');
  text(block, 124, octal(size, 11) + '\0' + octal(seconds, 11) + '\0' + '        ' + type);
  text(block, 257, 'ustar\0' + '00');
  text(block, 148, octal(block.reduce((sum, b) => sum + b, 0), 6) + '\0 ');
  return block;
}

// "LENGTH path=NAME\n", where the length counts its own digits too.
function paxRecord(key, value) {
  const rest = value.length + key.length + 3;
  let length = rest + 1;
  while (String(length).length + rest !== length) length++;
  const record = new Uint8Array(length);
  record.set(encoder.encode(`${length} ${key}=`));
  record.set(value, length - value.length - 1);
  record[length - 1] = 10;
  return record;
}

const padding = size => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
const octal = (number, digits) => number.toString(8).padStart(digits, '0');
const text = (block, at, value) => block.set(encoder.encode(value), at);
