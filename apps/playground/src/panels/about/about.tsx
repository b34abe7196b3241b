export function About() {
  return <div class="panel-room" />;
}
