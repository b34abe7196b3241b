export function WordsAndPatches() {
  return <div class="panel-room" />;
}
