import type { NextConfig } from "next";

// Where the Python server is. `npm run build` writes it into what `npm start` serves.
const server = process.env.SERVER_URL ?? "http://127.0.0.1:8000";

const config: NextConfig = {
  poweredByHeader: false,
  // For the browser, sign-in and the API are on this site's own origin, and so are their cookies.
  async rewrites() {
    return [
      { source: "/api/auth/:path*", destination: `${server}/api/auth/:path*` },
      { source: "/api/me", destination: `${server}/api/me` },
      // The server's sign-in page names no icon; browsers then ask here.
      { source: "/favicon.ico", destination: "/icon.svg" },
    ];
  },
};

export default config;
