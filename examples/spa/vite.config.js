// Owns where the page is served: at PAGE_ORIGIN, which the server trusts, and nowhere else.
import { defineConfig } from "vite";

const { port } = new URL(process.env.PAGE_ORIGIN ?? "http://localhost:5173");
// A next free port would be another origin, which the server refuses.
const place = { host: "localhost", port: Number(port), strictPort: true };

export default defineConfig({ server: place, preview: place });
