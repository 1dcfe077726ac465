export function Tokens() {
  return (
    <>
      <title>Tokens · Sluice</title>
      <h1>Tokens</h1>
    </>
  );
}
