using Playground.Client.Contracts;

namespace Playground.Server.Shares;

/// <summary>What a share may be.</summary>
internal static class ShareRules
{
    private const int MaxTitle = 200, MaxNote = 2000, MaxPassword = 128, MaxImages = 1000, MaxCell = 100_000;
    private static readonly string[] s_kinds = [ShareKind.Gallery, ShareKind.Board, ShareKind.Image, ShareKind.Selection, ShareKind.Run,
        ShareKind.Report];

    /// <exception cref="RequestException">A value is out of its range.</exception>
    public static void Check(ShareRequest request, DateTimeOffset now)
    {
        var problems = new List<(string, string)>();
        if (!s_kinds.Contains(request.Kind))
            problems.Add(("kind", $"kind is '{Cut(request.Kind)}'; it must be one of {string.Join(", ", s_kinds)}."));
        else if (request.Kind == ShareKind.Selection && request.Images.Distinct().Count() is var count and (0 or > MaxImages))
            problems.Add(("images", count == 0
                ? "Nothing is selected. Select at least one image."
                : $"{count:N0} images are selected; the limit is {MaxImages:N0}. Move them to a board and share the board."));
        else if (request.Kind is not (ShareKind.Selection or ShareKind.Gallery) && string.IsNullOrEmpty(request.Target))
            problems.Add(("target", $"target is missing; to share a {request.Kind}, it must be its id."));
        if (request.Title.Length > MaxTitle)
            problems.Add(("title", $"The title has {request.Title.Length:N0} characters; the limit is {MaxTitle}. Shorten it."));
        if (request.Note.Length > MaxNote)
            problems.Add(("note", $"The note has {request.Note.Length:N0} characters; the limit is {MaxNote:N0}. Shorten it."));
        if (request.Cell is < 0 or > MaxCell) problems.Add(("cell", $"cell is {request.Cell}; reports are counted from 0."));
        if (request.Expires <= now)
            problems.Add(("expires", $"The link would have ended already; here it is {now:yyyy-MM-dd HH:mm} UTC. Choose a later time."));
        if (request.Password is { Length: 0 or > MaxPassword })
            problems.Add(("password",
                $"The password has {request.Password.Length:N0} characters; it must have 1 to {MaxPassword}, or be left out."));
        if (problems.Count > 0) throw RequestException.Invalid(problems);
    }

    /// <summary>A text as one line: what would break a line or turn the direction of what follows is a space.</summary>
    public static string LineOf(string text)
        => string.Concat(text.Select(c => Turns(c) ? ' ' : c))
            .Trim();

    private static bool Turns(char c)
        => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    public static string Shorten(string title) => title.Length <= MaxTitle ? title : $"{title[..(MaxTitle - 1)]}…";

    private static string Cut(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
