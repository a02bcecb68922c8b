namespace Playground.Server.Hosting;

/// <summary>Who a row belongs to. On loopback there is one owner.</summary>
internal static class Owners
{
    public const string Local = "local";
}
