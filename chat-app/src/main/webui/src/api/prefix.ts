const page = '/dashboard/chat';

/** The path that the server is mounted below: empty, unless a proxy puts it below one. */
export const prefix = location.pathname.includes(page) ? location.pathname.slice(0, location.pathname.indexOf(page)) : '';

/** Where the page itself is. */
export const pagePath = prefix + page;
