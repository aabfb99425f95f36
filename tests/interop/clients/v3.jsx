// Owns the bundle of next-auth 3.29.10's client.
import client from "next-auth-v3/client";
import { show } from "./page.jsx";

show(client);
