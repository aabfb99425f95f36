// Owns the bundle of next-auth 2.2.0's client.
import client from "next-auth-v2/client";
import { show } from "./page.jsx";

show(client);
