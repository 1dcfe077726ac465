export function Start() {
  return (
    <>
      <title>Start a run · Sluice</title>
      <h1>Start a run</h1>
    </>
  );
}
