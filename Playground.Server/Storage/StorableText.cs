using System.Text;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Playground.Server.Storage;

/// <summary>
/// Text as every database takes it. PostgreSQL refuses the character U+0000, and halves of surrogate pairs are no Unicode; names,
/// captions and ids come from outside and may hold either, in what is stored and in what is searched for. Both become U+FFFD.
/// </summary>
internal sealed class StorableText() : ValueConverter<string, string>(text => Clean(text), text => text)
{
    public static string Clean(string text)
    {
        if (text.AsSpan().IndexOf('\0') < 0 && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
    }
}
