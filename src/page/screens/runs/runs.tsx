export function Runs() {
  return (
    <>
      <title>Runs · Sluice</title>
      <h1>Runs</h1>
    </>
  );
}
