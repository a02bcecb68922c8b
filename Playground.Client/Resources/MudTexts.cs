using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Playground.Client.Resources;

/// <summary>MudBlazor's own texts, under the keys by which it asks for them; those of the components that the pages use.</summary>
public sealed class MudTexts;

/// <summary>Hands MudBlazor our texts; where we have none, it says its own English one.</summary>
public sealed class MudTextLocalizer(IStringLocalizer<MudTexts> texts) : MudLocalizer
{
    /// <inheritdoc />
    public override LocalizedString this[string key] => texts[key];

    /// <inheritdoc />
    public override LocalizedString this[string key, params object[] arguments] => texts[key, arguments];
}
