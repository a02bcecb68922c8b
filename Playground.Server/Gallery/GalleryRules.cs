using Playground.Client.Contracts;

namespace Playground.Server.Gallery;

/// <summary>What values of requests may be.</summary>
internal static class GalleryRules
{
    /// <summary>Images that one request may name.</summary>
    public const int MaxIds = 50_000;

    /// <summary>Tags that one image may have.</summary>
    public const int MaxTags = 50;

    public const int MaxRating = 5, MaxTagLength = 50, MaxNote = 2000, MaxBoardName = 100;

    /// <exception cref="RequestException">None, too many, or something that is no id.</exception>
    public static IReadOnlyList<string> CheckIds(IReadOnlyList<string> ids)
    {
        if (ids.Count is 0 or > MaxIds)
            throw RequestException.Invalid("ids", $"ids names {ids.Count:N0} images; it must name 1 to {MaxIds:N0}.");
        return [.. ids.Distinct()];
    }

    /// <exception cref="RequestException">A value is out of its range.</exception>
    public static void Check(GalleryEdit edit)
    {
        var problems = new List<(string, string)>();
        if (edit.Rating is < 0 or > MaxRating)
            problems.Add(("rating", $"rating is {edit.Rating}; it must be 0 to {MaxRating}, and 0 is not rated."));
        if (edit.Note is { Length: > MaxNote })
            problems.Add(("note", $"The note has {edit.Note.Length:N0} characters; the limit is {MaxNote:N0}. Shorten it."));
        if (edit.AddTags.Count > MaxTags)
            problems.Add(("addTags", $"addTags has {edit.AddTags.Count:N0} tags; the limit is {MaxTags} for an image."));
        foreach (var tag in edit.AddTags.Select(TagOf))
        {
            if (tag.Length is 0) problems.Add(("addTags", "A tag is empty; it must have a character that shows."));
            else if (tag.Length > MaxTagLength)
                problems.Add(("addTags", $"A tag has {tag.Length:N0} characters; the limit is {MaxTagLength}. Shorten it."));
        }
        if (problems.Count > 0) throw RequestException.Invalid(problems);
    }

    /// <summary>A tag as it is kept: in lower case, with single spaces, so that two spellings are one.</summary>
    public static string TagOf(string tag)
        => string.Join(' ', tag.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <exception cref="RequestException">Empty or too long.</exception>
    public static string BoardNameOf(BoardName name)
    {
        var text = name.Name.Trim();
        if (text.Length == 0) throw RequestException.Invalid("name", "The board needs a name.");
        if (text.Length > MaxBoardName)
            throw RequestException.Invalid("name", $"The name has {text.Length:N0} characters; the limit is {MaxBoardName}. Shorten it.");
        return text;
    }
}
