import { useId } from "react";

/** Shows what a function answered, as it is. */
export function Answer({ of, value }: { of: string; value: unknown }) {
  const label = useId();
  if (value === undefined) return null;
  return (
    <div className="answer">
      <p id={label}>{of}</p>
      <output aria-labelledby={label}>{JSON.stringify(value, null, 2)}</output>
    </div>
  );
}
