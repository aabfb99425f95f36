import type { NextConfig } from "next";

import { serverAddress } from "./lib/server-address";

const config: NextConfig = {
  poweredByHeader: false,
  // For the browser, the API is on this site's own origin. So the session cookie travels to it.
  async rewrites() {
    return [
      { source: "/api/python/:path*", destination: `${serverAddress}/api/python/:path*` },
      // Auth.js's sign-in page names no icon; browsers then ask here.
      { source: "/favicon.ico", destination: "/icon.svg" },
    ];
  },
};

export default config;
