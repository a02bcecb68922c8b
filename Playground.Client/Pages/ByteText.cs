namespace Playground.Client.Pages;

/// <summary>Sizes of files as people read them, in every language alike.</summary>
internal static class ByteText
{
    public static string Of(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.#} GiB"),
        >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0.#} MiB"),
        >= 1L << 10 => FormattableString.Invariant($"{bytes / (double)(1L << 10):0.#} KiB"),
        _ => FormattableString.Invariant($"{bytes} B"),
    };
}
