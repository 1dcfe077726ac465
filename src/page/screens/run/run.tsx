export function Run() {
  return (
    <>
      <title>Run · Sluice</title>
      <h1>Run</h1>
    </>
  );
}
