export function Targets() {
  return (
    <>
      <title>Targets · Sluice</title>
      <h1>Targets</h1>
    </>
  );
}
