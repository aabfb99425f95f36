/** Where the Python API is. `npm run build` writes it into the rewrites that `npm start` serves. */
export const serverAddress = process.env.SERVER_URL ?? "http://127.0.0.1:8000";
