export function About() {
  return (
    <>
      <title>About me · Sluice</title>
      <h1>About me</h1>
    </>
  );
}
