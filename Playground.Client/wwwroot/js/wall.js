// What the wall of pictures cannot do from the server: know its width, keep the page still while keys move through it, and scroll to a row.
const KEYS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', ' ']);
const walls = new Map();

export function attach(wall, tile, gap, dotnet) {
  const columns = () => Math.max(1, Math.floor((widthOf(wall) + gap) / (tile + gap)));
  const measure = () => dotnet.invokeMethodAsync('OnColumns', columns(), wall.clientHeight);
  const observer = new ResizeObserver(measure);
  observer.observe(wall);
  wall.addEventListener('keydown', onKey);
  walls.set(wall, observer);
}

export function detach(wall) {
  walls.get(wall)?.disconnect();
  walls.delete(wall);
  wall?.removeEventListener('keydown', onKey);
}

// What is inside its padding: a column that is wider would be cut off.
function widthOf(wall) {
  const style = getComputedStyle(wall);
  return wall.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}

export function show(wall, row, height) {
  const top = row * height;
  if (top < wall.scrollTop) wall.scrollTop = top;
  else if (top + height > wall.scrollTop + wall.clientHeight) wall.scrollTop = top + height - wall.clientHeight;
}

function onKey(e) {
  if (KEYS.has(e.key) || (e.key === 'a' && (e.ctrlKey || e.metaKey))) e.preventDefault();
}
