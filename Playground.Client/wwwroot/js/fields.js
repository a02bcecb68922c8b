// Brings the first field with a problem into view, also out of folded sections, and puts the cursor in it.
export function revealFirstProblem(root) {
  const input = root.querySelector('[aria-invalid="true"]');
  if (!input) return;
  for (let fold = input.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  input.scrollIntoView({ block: 'center' });
  input.focus({ preventScroll: true });
}
