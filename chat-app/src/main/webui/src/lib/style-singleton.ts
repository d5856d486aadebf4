import { useEffect } from 'react';

/**
 * Takes the place of react-style-singleton, below Radix' dialogs and menus: that one makes a
 * `<style>` element, which the page's policy forbids. A constructed style sheet is allowed.
 */
export function styleSingleton() {
  let users = 0;
  let sheet: CSSStyleSheet | undefined;

  return function Sheet({ styles, dynamic }: { styles: string; dynamic?: boolean }) {
    useEffect(() => {
      if (users++ === 0) {
        const added = new CSSStyleSheet();
        added.replaceSync(styles);
        document.adoptedStyleSheets.push(added);
        sheet = added;
      }
      return () => {
        if (--users > 0) return;
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
        sheet = undefined;
      };
    }, [styles && dynamic]);
    return null;
  };
}
