// Before anything is painted. What is remembered is written by src/ui/theme.ts.
(function () {
  var theme = 'system';
  try {
    theme = localStorage.getItem('chat.theme') || theme;
  } catch (e) {
    // Storage is switched off.
  }
  if (theme !== 'dark' && theme !== 'light') theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
})();
