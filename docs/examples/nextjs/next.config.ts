import type { NextConfig } from "next";

// Where the chat server listens. The build writes it down: set it there, too.
const chat = process.env.CHAT_URL ?? "http://127.0.0.1:8080";

const config: NextConfig = {
  rewrites: async () => ({
    beforeFiles: [],
    afterFiles: [],
    // Last of all, so that /api/auth stays with Better Auth.
    fallback: [
      { source: "/api/:path*", destination: `${chat}/api/:path*` },
      { source: "/chatkit", destination: `${chat}/chatkit` },
      { source: "/attachments/:path*", destination: `${chat}/attachments/:path*` },
      { source: "/dashboard/:path*", destination: `${chat}/dashboard/:path*` },
    ],
  }),
  experimental: {
    // Milliseconds of silence: a reply without a stream may take 55 s, and 30 s is the default.
    proxyTimeout: 120_000,
    // Rewrites cut off what is longer, by default behind 10 MiB.
    proxyClientMaxBodySize: "40mb",
  },
  poweredByHeader: false,
};

export default config;
