// Files that a visitor drops on a zone or chooses with its inputs, folders read through.

/**
 * Calls onFiles with [{ path, file }] whenever files come, and onProblem with a sentence where they cannot be read.
 * Returns what ends it.
 */
export function listen(zone, inputs, onFiles, onProblem) {
  const over = e => {
    e.preventDefault();
    zone.classList.add('over');
  };
  const leave = e => {
    if (!zone.contains(e.relatedTarget)) zone.classList.remove('over');
  };
  const drop = async e => {
    e.preventDefault();
    zone.classList.remove('over');
    try {
      onFiles(await dropped(e));
    } catch (error) {
      onProblem(`The files cannot be read: ${error.message}`);
    }
  };
  const choose = e => {
    onFiles([...e.target.files].map(file => ({ path: file.webkitRelativePath || file.name, file })));
    // So that the same can be chosen again.
    e.target.value = '';
  };
  const listeners = [
    [zone, 'dragover', over], [zone, 'dragleave', leave], [zone, 'drop', drop],
    ...inputs.map(input => [input, 'change', choose]),
  ];
  listeners.forEach(([target, name, listener]) => target.addEventListener(name, listener));
  return () => listeners.forEach(([target, name, listener]) => target.removeEventListener(name, listener));
}

async function dropped(e) {
  // All must be asked for before anything is awaited: the list is emptied then.
  const items = [...e.dataTransfer.items].filter(i => i.kind === 'file').map(i => ({ entry: i.webkitGetAsEntry?.(), file: i.getAsFile() }));
  return (await Promise.all(items.map(({ entry, file }) => (entry?.isDirectory ? read(entry) : [{ path: file.name, file }])))).flat();
}

async function read(entry) {
  if (entry.isFile) return [{ path: entry.fullPath.replace(/^\//, ''), file: await new Promise((done, fail) => entry.file(done, fail)) }];
  const reader = entry.createReader();
  const found = [];
  // A folder gives its entries in portions, and none when there are no more.
  for (let some; (some = await new Promise((done, fail) => reader.readEntries(done, fail))).length; ) found.push(...some);
  return (await Promise.all(found.map(read))).flat();
}
