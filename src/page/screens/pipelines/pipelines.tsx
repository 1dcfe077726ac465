export function Pipelines() {
  return (
    <>
      <title>Pipelines · Sluice</title>
      <h1>Pipelines</h1>
    </>
  );
}
