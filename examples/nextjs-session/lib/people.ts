import { type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

export type Person = { id: string; name: string; email: string; groups?: string[] };

type Row = { person: Person; salt: string; hash: string };

function groups(count: number) {
  return Array.from({ length: count }, (_, number) => `group-${String(number).padStart(3, "0")}`);
}

// Stand in for the system that already holds your users. The passwords are in the README.
const rows: Row[] = [
  {
    person: { id: "1", name: "Ada Lovelace", email: "ada@example.com" },
    salt: "c1b9f02e7a",
    hash: "b4a84efab6a8befc9ef946a18b444e6f1605071dcb09fe4df76de233111d5f04",
  },
  {
    person: { id: "3", name: "Grace Hopper", email: "grace@example.com", groups: groups(400) },
    salt: "5d0e86a4c3",
    hash: "dfa44b8f1092fc988d7b608f70916035a50354a14381e863760c819565ea14f7",
  },
  {
    person: {
      id: "4",
      name: "Katherine Johnson",
      email: "katherine@example.com",
      groups: groups(650),
    },
    salt: "98e7713fb2",
    hash: "b25d3943ff6a6df065c8adbcf44ae38906ffc16092e8971c80d308378df3f7b1",
  },
];

const cost: ScryptOptions = { N: 2 ** 14, r: 8, p: 5 };

function hashOf(password: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, cost, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

/** Answers whom an address and a password belong to; null if they do not belong together. */
export async function whoIs(email: string, password: string): Promise<Person | null> {
  const row = rows.find(({ person }) => person.email === email.trim().toLowerCase());
  // Somebody unknown costs as much time as somebody known.
  const hash = await hashOf(password, row?.salt ?? "nobody");
  const isRight = row !== undefined && timingSafeEqual(hash, Buffer.from(row.hash, "hex"));
  return isRight ? row.person : null;
}
