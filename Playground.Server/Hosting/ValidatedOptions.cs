namespace Playground.Server.Hosting;

internal static class ValidatedOptions
{
    /// <summary>
    /// Options of a section of the configuration; a value outside its range ends the start with a sentence that names it.
    /// </summary>
    public static void AddValidatedOptions<T>(this IServiceCollection services, string section) where T : class
        => services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
}
