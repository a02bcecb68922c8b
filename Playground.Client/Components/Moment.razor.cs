using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>
/// A moment as the reader's clock has it: the browser writes it in its own time zone, which the server does not know. Without scripts it
/// is in UTC, and says so.
/// </summary>
public sealed partial class Moment
{
    private const string Place = "{0}";

    /// <summary>The moment, in UTC.</summary>
    [Parameter, EditorRequired] public DateTime At { get; set; }

    /// <summary>Whether its day is enough.</summary>
    [Parameter] public bool Day { get; set; }

    /// <summary>A text with <c>{0}</c> where the moment stands; null: it stands alone.</summary>
    [Parameter] public string? Format { get; set; }

    private DateTime Utc => At.Kind == DateTimeKind.Local ? At.ToUniversalTime() : At;

    private string Iso => Utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private string Text => Day
        ? Utc.ToString("d", CultureInfo.CurrentCulture)
        : Utc.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private string? Before => Format?.Split(Place, 2)[0];

    private string? After => Format?.Split(Place, 2) is [_, var after] ? after : null;
}
