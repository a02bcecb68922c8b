// On a first visit the theme is what the visitor's system prefers; from then on the cookie that the switch writes decides.
if (!document.cookie.split('; ').some(c => c.startsWith('theme='))) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.cookie = `theme=${dark ? 'material-dark' : 'material'}; path=/; max-age=31536000; samesite=lax`;
}
