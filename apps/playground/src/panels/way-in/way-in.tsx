export function WayIn() {
  return <div class="panel-room" />;
}
